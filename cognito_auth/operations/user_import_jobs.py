"""GetCSVHeader, and jobs that import users: Create, Start, Stop, Describe, List."""

from collections.abc import Mapping
from typing import Any

from cognito_auth.models import UserImportJob
from cognito_auth.operations import lookups, representations
from cognito_auth.operations.call import Call
from cognito_auth.operations.registry import operation
from cognito_auth.operations.shapes import (
    CreateUserImportJobRequest,
    CreateUserImportJobResponse,
    DescribeUserImportJobRequest,
    DescribeUserImportJobResponse,
    GetCSVHeaderRequest,
    GetCSVHeaderResponse,
    ListUserImportJobsRequest,
    ListUserImportJobsResponse,
    StartUserImportJobRequest,
    StartUserImportJobResponse,
    StopUserImportJobRequest,
    StopUserImportJobResponse,
)
from cognito_auth.services import paging
from cognito_auth.services.user_import import columns, jobs


def _job_of(request: Mapping[str, Any], call: Call) -> UserImportJob:
    return jobs.get(lookups.user_pool_of(request), request["JobId"], now=call.now)


@operation("GetCSVHeader")
def get_csv_header(request: GetCSVHeaderRequest, call: Call) -> GetCSVHeaderResponse:
    """Return the columns of a file for a pool.

    Raises:
        ResourceNotFoundException: no such pool.
    Source: AWS API_GetCSVHeader.
    """
    pool = lookups.user_pool_of(request)
    return {"UserPoolId": pool.pk, "CSVHeader": columns.header(pool)}


@operation("CreateUserImportJob")
def create_user_import_job(request: CreateUserImportJobRequest, call: Call) -> CreateUserImportJobResponse:
    """Make a job; its file is sent to the ``PreSignedUrl``.

    Raises:
        ResourceNotFoundException: no such pool.
        InvalidParameterException: password hashes of this kind cannot be used here.
        LimitExceededException: too many jobs for a strict pool.
    Source: AWS API_CreateUserImportJob.
    """
    job = jobs.create(
        lookups.user_pool_of(request),
        request["JobName"],
        logs_role_arn=request["CloudWatchLogsRoleArn"],
        password_hash_algorithm=request.get("PasswordHashingAlgorithm", ""),
        now=call.now,
    )
    return {"UserImportJob": representations.user_import_job_type(job, now=call.now)}


@operation("StartUserImportJob")
def start_user_import_job(request: StartUserImportJobRequest, call: Call) -> StartUserImportJobResponse:
    """Let the import run, outside the request.

    Raises:
        ResourceNotFoundException: no such pool or job.
        PreconditionNotMetException: started before, no file, or another import of the pool is running.
    Source: AWS API_StartUserImportJob.
    """
    job = _job_of(request, call)
    jobs.start(job, now=call.now)
    return {"UserImportJob": representations.user_import_job_type(job, now=call.now)}


@operation("StopUserImportJob")
def stop_user_import_job(request: StopUserImportJobRequest, call: Call) -> StopUserImportJobResponse:
    """Stop a running import; who was imported stays.

    Raises:
        ResourceNotFoundException: no such pool or job.
        PreconditionNotMetException: it is not running.
    Source: AWS API_StopUserImportJob.
    """
    job = _job_of(request, call)
    jobs.stop(job, now=call.now)
    return {"UserImportJob": representations.user_import_job_type(job, now=call.now)}


@operation("DescribeUserImportJob")
def describe_user_import_job(request: DescribeUserImportJobRequest, call: Call) -> DescribeUserImportJobResponse:
    """Return a job, with how far it is.

    Raises:
        ResourceNotFoundException: no such pool or job.
    Source: AWS API_DescribeUserImportJob.
    """
    return {"UserImportJob": representations.user_import_job_type(_job_of(request, call), now=call.now)}


@operation("ListUserImportJobs")
def list_user_import_jobs(request: ListUserImportJobsRequest, call: Call) -> ListUserImportJobsResponse:
    """List the jobs of a pool, newest first.

    Raises:
        ResourceNotFoundException: no such pool.
        InvalidParameterException: a bad token.
    Source: AWS API_ListUserImportJobs.
    """
    pool = lookups.user_pool_of(request)
    page = jobs.in_pool(
        pool,
        limit=request["MaxResults"],
        token=request.get("PaginationToken"),
        scope=paging.scope_of("ListUserImportJobs", {"UserPoolId": pool.pk}),
        now=call.now,
    )
    response: ListUserImportJobsResponse = {}
    if page.items:
        response["UserImportJobs"] = [representations.user_import_job_type(job, now=call.now) for job in page.items]
    if page.next_token is not None:
        response["PaginationToken"] = page.next_token
    return response
