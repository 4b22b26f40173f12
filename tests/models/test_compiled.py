"""models.compiled: queries and inserts turned into SQL once."""

import uuid

import pytest
from django.db.models import CharField, UUIDField
from django.db.models.signals import post_init, post_save
from django.utils import timezone

from cognito_auth.models import AuthEvent, User, UserPoolClient
from cognito_auth.models.compiled import CompiledQuery, Parameter
from cognito_auth.models.instances import InstanceMaker
from cognito_auth.models.statements import CompiledInsert, execute_together
from tests.factories import UserFactory, UserPoolClientFactory, UserPoolFactory

pytestmark = pytest.mark.django_db


class TestCompiledQuery:
    def test_gives_what_the_orm_gives(self):
        user = UserFactory(confirmed=True, custom_attributes={"custom:n": 1.5}, updated_at=7)
        query = CompiledQuery(lambda: User.objects.filter(sub=Parameter("sub", UUIDField())))

        found = query.first(sub=user.sub)

        expected = User.objects.get(pk=user.pk)
        assert found == expected
        assert {f.attname: getattr(found, f.attname) for f in User._meta.concrete_fields} == {
            f.attname: getattr(expected, f.attname) for f in User._meta.concrete_fields
        }

    def test_is_compiled_once_and_executed_with_new_values(self, django_assert_num_queries):
        first, second = UserFactory(), UserFactory()
        built = []

        def build():
            built.append(True)
            return User.objects.filter(sub=Parameter("sub", UUIDField()))

        query = CompiledQuery(build)

        with django_assert_num_queries(3):
            assert query.first(sub=first.sub) == first
            assert query.first(sub=second.sub) == second
            assert query.first(sub=uuid.uuid4()) is None
        assert len(built) == 1

    def test_fills_in_joined_models_without_a_further_query(self, django_assert_num_queries):
        client = UserPoolClientFactory()
        query = CompiledQuery(
            lambda: UserPoolClient.objects.select_related("pool").filter(pk=Parameter("id", CharField()))
        )

        with django_assert_num_queries(1):
            found = query.first(id=client.pk)
            assert found.pool.name == client.pool.name
            assert found.pool.auto_verified_attributes == ["email"]

    def test_saves_like_any_instance(self):
        user = UserFactory()
        query = CompiledQuery(lambda: User.objects.filter(sub=Parameter("sub", UUIDField())))

        found = query.first(sub=user.sub)
        found.nickname = "Jo"
        found.save()

        assert User.objects.get(pk=user.pk).nickname == "Jo"
        assert User.objects.count() == 1

    def test_tells_receivers_of_post_init(self):
        user = UserFactory()
        query = CompiledQuery(lambda: User.objects.filter(sub=Parameter("sub", UUIDField())))
        seen = []

        def receiver(instance, **kwargs):
            seen.append(instance.username)

        post_init.connect(receiver, sender=User)
        try:
            query.first(sub=user.sub)
        finally:
            post_init.disconnect(receiver, sender=User)

        assert seen == [user.username]


class TestInstanceMaker:
    def test_leaves_columns_that_were_not_read_to_be_loaded_when_needed(self, django_assert_num_queries):
        user = UserFactory()

        made = InstanceMaker(User).from_db("default", ["id", "username"], [user.pk, user.username])

        assert made.get_deferred_fields() >= {"email", "sub"}
        with django_assert_num_queries(1):
            assert made.email == user.email

    def test_makes_a_model_with_an_init_of_its_own_by_calling_it(self):
        class Counted(User):
            made = 0

            def __init__(self, *args, **kwargs):
                type(self).made += 1
                super().__init__(*args, **kwargs)

            class Meta:
                proxy = True
                app_label = "not_installed"

        InstanceMaker(Counted).from_db("default", ["id"], [1])

        assert Counted.made == 1


class TestCompiledInsert:
    def test_inserts_and_fills_in_the_generated_key(self):
        user = UserFactory.build(pool=UserPoolFactory(), custom_attributes={"custom:a": "ü"})
        user.set_keys()

        assert CompiledInsert(lambda: User).execute(user)

        assert User.objects.get(pk=user.pk).custom_attributes == {"custom:a": "ü"}

    def test_tells_a_conflict_and_leaves_the_transaction_usable(self):
        taken = UserFactory()
        rival = UserFactory.build(pool=taken.pool, username=taken.username)
        rival.set_keys()

        assert not CompiledInsert(lambda: User).execute(rival, skip_conflict=True)

        assert User.objects.count() == 1

    def test_tells_receivers_of_post_save(self):
        user = UserFactory.build(pool=UserPoolFactory())
        user.set_keys()
        seen = []

        def receiver(instance, created, **kwargs):
            seen.append((instance.pk, created))

        post_save.connect(receiver, sender=User)
        try:
            CompiledInsert(lambda: User, sends_signals=True).execute(user)
        finally:
            post_save.disconnect(receiver, sender=User)

        assert seen == [(user.pk, True)]

    def test_inserts_a_row_given_by_its_columns_as_the_orm_would(self):
        event = AuthEvent(
            pool=UserPoolFactory(),
            type="SIGN_IN",
            response="PASS",
            challenges=["it's", "ü\\"],
            ip_address="2001:db8::1",
            user_agent='it\'s 100% \\ "quoted"',
            created_at=timezone.now(),
        )
        columns = [field.attname for field in AuthEvent._meta.concrete_fields]
        row = {name: getattr(event, name) for name in columns}

        execute_together([CompiledInsert(lambda: AuthEvent).row(row)])

        found = AuthEvent.objects.get(pk=event.pk)
        assert {name: getattr(found, name) for name in columns} == row

    def test_refuses_a_row_that_lacks_a_column(self):
        with pytest.raises(TypeError, match="all its columns"):
            CompiledInsert(lambda: AuthEvent).row({"id": uuid.uuid4()})
