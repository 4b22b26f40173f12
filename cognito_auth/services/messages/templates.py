"""Which text a message has, and rendering it.

Looked for in this order, part by part (subject, body, SMS): the pool's own text in the person's
language, the pool's own text for every language, the text set through the API, the Django template
files ``cognito_auth/messages/<event>/{subject.txt,text.txt,body.html,sms.txt}``, which a project
overrides like any template and gettext translates. Plain text and HTML of an e-mail are one part:
where only one was written, the other is made from it, so that both say the same.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.db.models import CharField
from django.template import Context, loader
from django.template.backends.django import Template as DjangoTemplate
from django.utils import translation
from django.utils.safestring import mark_safe

from cognito_auth.choices import MessageEvent
from cognito_auth.models import MessageTemplate, UserPool
from cognito_auth.models.compiled import CompiledQuery, Parameter
from cognito_auth.services.messages import placeholders
from cognito_auth.services.messages.context import MessageContext, gettext_language, variants

_DIRECTORY = "cognito_auth/messages"
# The texts of notices about risks come with what the notice tells.
_WITHOUT_API_TEXT = frozenset(
    {MessageEvent.ATTRIBUTE_CHANGED, MessageEvent.RISK_BLOCKED, MessageEvent.RISK_MFA, MessageEvent.RISK_NOTICED}
)
_OWN_TEXTS = CompiledQuery(
    lambda: MessageTemplate.objects.filter(
        pool_id=Parameter("pool_id", CharField()), event=Parameter("event", CharField())
    )
)


@dataclass(frozen=True, slots=True)
class RenderedMessage:
    """A message as it leaves; holds codes, so its ``repr`` shows nothing of it."""

    subject: str = field(default="", repr=False)
    text: str = field(default="", repr=False)
    html: str = field(default="", repr=False)
    sms: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class _Texts:
    """Unfilled texts of one source; an empty one is left to the next source."""

    subject: str = ""
    text: str = ""
    html: str = ""
    sms: str = ""


def render_email(context: MessageContext, *, template: MessageTemplate | None = None) -> RenderedMessage:
    """Return subject, plain text and HTML; ``template`` stands for the stored rows in a preview."""
    sources = list(_sources(context, template))
    with translation.override(gettext_language(context.language)):
        subject = _subject(context, sources)
        body = next((source for source in sources if source.text or source.html), None)
        if body is None:
            text = _from_file("text.txt", context, subject=subject)
            html = _compact(_from_file("body.html", context, subject=subject))
        else:
            html = _own_html(body, context, subject=subject)
            text = _own_text(body, context)
    return RenderedMessage(subject=subject, text=_tidy(text), html=html)


def render_sms(context: MessageContext, *, template: MessageTemplate | None = None) -> RenderedMessage:
    """Return the text message; ``template`` stands for the stored rows in a preview."""
    own = next((source.sms for source in _sources(context, template) if source.sms), None)
    if own is not None:
        return RenderedMessage(sms=placeholders.fill_text(own, context.values).strip())
    with translation.override(gettext_language(context.language)):
        return RenderedMessage(sms=" ".join(_from_file("sms.txt", context).split()))


def _sources(context: MessageContext, template: MessageTemplate | None) -> Iterator[_Texts]:
    rows: Sequence[MessageTemplate]
    rows = _OWN_TEXTS.all(pool_id=context.pool.pk, event=context.event.value)
    if template is not None:
        rows = [template, *(row for row in rows if row.pk != template.pk)]
        yield _Texts(template.subject, template.text, template.html, template.sms)
    for language in variants(context.language):
        for row in rows:
            if row is not template and variants(row.language)[0] == language:
                yield _Texts(row.subject, row.text, row.html, row.sms)
    if context.notice is None:
        yield _api_texts(context.pool, context.event, is_link=context.is_link)
    else:
        notice = context.notice.texts
        yield _Texts(notice.get("Subject", ""), notice.get("TextBody", ""), notice.get("HtmlBody", ""))


def _api_texts(pool: UserPool, event: MessageEvent, *, is_link: bool) -> _Texts:
    """Return the texts set through the API. Source: AWS VerificationMessageTemplateType, MessageTemplateType."""
    if event is MessageEvent.INVITATION:
        invitation = pool.invite_message_template or {}
        return _Texts(
            subject=invitation.get("EmailSubject") or "",
            html=invitation.get("EmailMessage") or "",
            sms=invitation.get("SMSMessage") or "",
        )
    if event is MessageEvent.AUTHENTICATION:
        own = pool.email_mfa_configuration or {}
        return _Texts(
            subject=own.get("Subject") or "", html=own.get("Message") or "", sms=pool.sms_authentication_message
        )
    if event in _WITHOUT_API_TEXT:
        return _Texts()
    verification = pool.verification_message_template or {}
    suffix = "ByLink" if is_link else ""
    return _Texts(
        subject=verification.get(f"EmailSubject{suffix}") or "",
        html=verification.get(f"EmailMessage{suffix}") or "",
        sms=verification.get("SmsMessage") or "",
    )


def _subject(context: MessageContext, sources: Sequence[_Texts]) -> str:
    own = next((source.subject for source in sources if source.subject), None)
    subject = _from_file("subject.txt", context) if own is None else placeholders.fill_text(own, context.values)
    # A line break in a subject would begin another header.
    return " ".join(subject.split())


def _own_text(body: _Texts, context: MessageContext) -> str:
    if body.text:
        return placeholders.fill_text(body.text, context.values)
    if placeholders.is_markup(body.html):
        return placeholders.text_of_html(placeholders.fill_html(body.html, context.values))
    return placeholders.fill_text(body.html, context.values)


def _own_html(body: _Texts, context: MessageContext, *, subject: str) -> str:
    if body.html and placeholders.is_markup(body.html):
        filled = placeholders.fill_html(body.html, context.values)
        if placeholders.is_document(body.html):
            return filled
    else:
        filled = placeholders.html_of_text(body.html or body.text, context.values)
    name = f"{_DIRECTORY}/own_text.html"
    # Written by the pool's staff and filled with escaped values above.
    own_text = mark_safe(filled)  # noqa: S308
    return _compact(loader.render_to_string(name, context.for_templates(subject=subject, own_text=own_text)))


def _from_file(name: str, context: MessageContext, *, subject: str = "") -> str:
    template = loader.get_template(f"{_DIRECTORY}/{context.event.value}/{name}")
    values = context.for_templates(subject=subject)
    if isinstance(template, DjangoTemplate) and name.endswith(".txt"):
        # Plain text is not HTML: "Smith & Sons" stays so, in a project's templates too.
        return template.template.render(Context(values, autoescape=False))
    return template.render(values)


def _tidy(text: str) -> str:
    """Return ``text`` without the blank lines that template tags leave behind."""
    return re.sub(r"\n{3,}", "\n\n", text.strip()) + "\n"


def _compact(html: str) -> str:
    """Return ``html`` without the indentation of its templates, a third of an e-mail's size."""
    return html if "<pre" in html else re.sub(r"\s*\n\s*", "\n", html.strip()) + "\n"
