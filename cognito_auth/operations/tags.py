"""TagResource, UntagResource, ListTagsForResource."""

from cognito_auth.operations import lookups
from cognito_auth.operations.call import Call
from cognito_auth.operations.registry import operation
from cognito_auth.operations.shapes import (
    ListTagsForResourceRequest,
    ListTagsForResourceResponse,
    TagResourceRequest,
    TagResourceResponse,
    UntagResourceRequest,
    UntagResourceResponse,
)
from cognito_auth.services import tags


@operation("TagResource")
def tag_resource(request: TagResourceRequest, call: Call) -> TagResourceResponse:
    """Set tags of a pool; its other tags stay.

    Raises:
        ResourceNotFoundException: no pool has this ARN.
        InvalidParameterException: too many tags, or reserved keys.
    Source: AWS API_TagResource.
    """
    tags.add(lookups.user_pool_with_arn(request, call), request["Tags"])
    return {}


@operation("UntagResource")
def untag_resource(request: UntagResourceRequest, call: Call) -> UntagResourceResponse:
    """Take tags from a pool; keys that it has not are ignored.

    Raises:
        ResourceNotFoundException: no pool has this ARN.
    Source: AWS API_UntagResource.
    """
    tags.remove(lookups.user_pool_with_arn(request, call), request["TagKeys"])
    return {}


@operation("ListTagsForResource")
def list_tags_for_resource(request: ListTagsForResourceRequest, call: Call) -> ListTagsForResourceResponse:
    """Return the tags of a pool.

    Raises:
        ResourceNotFoundException: no pool has this ARN.
    Source: AWS API_ListTagsForResource.
    """
    return {"Tags": lookups.user_pool_with_arn(request, call).tags}
