"""Operations on where events of a pool are delivered."""

import pytest

from cognito_auth.models import LogDeliveryConfiguration
from tests.factories import UserPoolFactory
from tests.refusals import refusal_of

LOG_GROUP = {"LogGroupArn": "arn:aws:logs:eu-west-1:123456789012:log-group:people"}
BUCKET = {"BucketArn": "arn:aws:s3:::people"}
STREAM = {"StreamArn": "arn:aws:firehose:eu-west-1:123456789012:deliverystream/people"}
MESSAGES = {"LogLevel": "ERROR", "EventSource": "userNotification", "CloudWatchLogsConfiguration": LOG_GROUP}
EVENTS = {"LogLevel": "INFO", "EventSource": "userAuthEvents", "S3Configuration": BUCKET}


@pytest.fixture
def pool(db):
    return UserPoolFactory()


@pytest.fixture
def set_for(cognito, pool):
    def call(*configurations):
        response = cognito.set_log_delivery_configuration(UserPoolId=pool.pk, LogConfigurations=configurations)
        return response["LogDeliveryConfiguration"]

    return call


class TestSet:
    @pytest.mark.parametrize(
        "configurations",
        [
            [],
            [MESSAGES],
            [EVENTS],
            [MESSAGES, EVENTS],
            [{"LogLevel": "INFO", "EventSource": "userAuthEvents", "FirehoseConfiguration": STREAM}],
            [{"LogLevel": "INFO", "EventSource": "userAuthEvents", "CloudWatchLogsConfiguration": LOG_GROUP}],
        ],
    )
    def test_gives_back_what_was_set(self, cognito, pool, set_for, configurations):
        answer = set_for(*configurations)

        assert answer == {"UserPoolId": pool.pk, "LogConfigurations": configurations}
        got = cognito.get_log_delivery_configuration(UserPoolId=pool.pk)["LogDeliveryConfiguration"]
        assert got == answer
        pool.refresh_from_db()
        assert pool.delivers_logs is bool(configurations)

    @pytest.mark.parametrize(
        "configuration",
        [
            {**MESSAGES, "LogLevel": "INFO"},
            {**EVENTS, "LogLevel": "ERROR"},
            {"LogLevel": "ERROR", "EventSource": "userNotification"},
            {"LogLevel": "ERROR", "EventSource": "userNotification", "S3Configuration": BUCKET},
            {**EVENTS, "CloudWatchLogsConfiguration": LOG_GROUP},
            {**MESSAGES, "CloudWatchLogsConfiguration": {}},
            {**MESSAGES, "CloudWatchLogsConfiguration": {"LogGroupArn": STREAM["StreamArn"]}},
            {**EVENTS, "S3Configuration": {"BucketArn": "arn:aws:sns:::people"}},
            {**EVENTS, "LogLevel": "DEBUG"},
        ],
    )
    def test_refuses_what_does_not_go_together(self, set_for, configuration):
        assert refusal_of(lambda: set_for(configuration))[0] == "InvalidParameterException"
        assert not LogDeliveryConfiguration.objects.exists()

    def test_refuses_a_source_twice(self, set_for):
        assert refusal_of(lambda: set_for(EVENTS, EVENTS))[0] == "InvalidParameterException"

    def test_needs_the_tier_in_strict_pools(self, cognito):
        pool = UserPoolFactory(strict=True, tier="ESSENTIALS")
        call = cognito.set_log_delivery_configuration

        refused = refusal_of(call, UserPoolId=pool.pk, LogConfigurations=[EVENTS])
        assert refused[0] == "FeatureUnavailableInTierException"
        assert call(UserPoolId=pool.pk, LogConfigurations=[MESSAGES])

    @pytest.mark.parametrize("given", [{}, {"LogConfigurations": []}])
    def test_needs_a_pool(self, cognito, given):
        call = cognito.set_log_delivery_configuration if given else cognito.get_log_delivery_configuration

        assert refusal_of(call, UserPoolId="eu-west-1_nothing00", **given)[0] == "ResourceNotFoundException"

    def test_works_with_the_sdk(self, boto3_client, pool):
        boto3_client.set_log_delivery_configuration(UserPoolId=pool.pk, LogConfigurations=[MESSAGES])

        got = boto3_client.get_log_delivery_configuration(UserPoolId=pool.pk)["LogDeliveryConfiguration"]
        assert got["LogConfigurations"] == [MESSAGES]
