"""The members of a token endpoint's answer. Source: RFC 6749 5.1; AWS "Token endpoint"."""

from cognito_auth.services.tokens.issue import IssuedTokens


def answer_of(tokens: IssuedTokens) -> dict[str, str | int]:
    """Return the tokens there are; no ``scope``, as at Cognito."""
    answer: dict[str, str | int] = {"access_token": tokens.access_token}
    if tokens.id_token is not None:
        answer["id_token"] = tokens.id_token
    if tokens.refresh_token is not None:
        answer["refresh_token"] = tokens.refresh_token
    return {**answer, "token_type": tokens.token_type, "expires_in": tokens.expires_in}
