"""The records that are delivered, as AWS exports them. None holds a code, password, token or address.

Source: AWS "Exporting logs from Amazon Cognito user pools".
"""

import datetime
from collections.abc import Mapping
from typing import Any


def user_notification(pool_id: str, details: str, *, now: datetime.datetime) -> dict[str, Any]:
    """Return the record of a message that could not be sent."""
    return _record("USER_NOTIFICATION", "ERROR", {"details": details}, pool_id=pool_id, now=now)


def auth_event(row: Mapping[str, Any], *, username: str, sub: str, now: datetime.datetime) -> dict[str, Any]:
    """Return the record of an authentication event; ``row`` are the columns of ``AuthEvent``."""
    message = {
        "version": "1",
        "eventId": str(row["id"]),
        "eventType": row["type"],
        "userName": username,
        "userSub": sub,
        "userPoolId": row["pool_id"],
        "clientId": row["client_id"],
        "creationDate": row["created_at"].isoformat(),
        "eventResponse": row["response"],
        "reason": row["reason"],
        "challenges": list(row["challenges"]),
        "ipAddress": row["ip_address"] or "",
        "userAgent": row["user_agent"],
        "deviceName": row["device_name"],
        "city": row["city"],
        "country": row["country"],
        "riskLevel": row["risk_level"],
        "riskDecision": row["risk_decision"],
        "compromisedCredentialDetected": row["is_compromised"],
    }
    return _record("USER_ACTIVITY", "INFO", message, pool_id=row["pool_id"], now=now)


def _record(
    source: str, level: str, message: Mapping[str, Any], *, pool_id: str, now: datetime.datetime
) -> dict[str, Any]:
    return {
        "eventTimestamp": str(int(now.timestamp() * 1000)),
        "eventSource": source,
        "logLevel": level,
        "message": message,
        "logSourceId": {"userPoolId": pool_id},
    }
