import time

import pytest

from cognito_auth.services.messages import placeholders
from cognito_auth.services.messages.placeholders import Values

VALUES = Values(username="jane", code="123456", link="https://id.example.com/x?a=1&b=2")


class TestFillText:
    def test_fills_every_placeholder(self):
        text = placeholders.fill_text("Hi {username}, {####}. {##Confirm now##} or {link}", VALUES)

        assert text == (
            "Hi jane, 123456. Confirm now: https://id.example.com/x?a=1&b=2 or https://id.example.com/x?a=1&b=2"
        )

    def test_leaves_everything_else_as_it_is(self):
        template = "{{ user.password }} {% load x %} {0} {user} %s $code {#} {####"

        assert placeholders.fill_text(template, VALUES) == template

    def test_reads_once_so_that_values_bring_no_placeholders(self):
        values = Values(username="{####}{##x##}{link}", code="123456", link="https://x")

        assert placeholders.fill_text("Hi {username}", values) == "Hi {####}{##x##}{link}"

    def test_shows_only_the_text_of_a_link_that_leads_nowhere(self):
        assert placeholders.fill_text("{##Confirm##}{link}", Values("jane", "1", "")) == "Confirm"

    def test_takes_linear_time(self):
        started_at = time.process_time()
        placeholders.fill_text("{##" * 7000, VALUES)

        assert time.process_time() - started_at < 1


class TestFillHtml:
    def test_escapes_values_and_only_values(self):
        values = Values(username='<b onclick="x">&', code="<i>", link='https://x/?a=1&b="')

        filled = placeholders.fill_html('<p title="{username}">{####} {##<em>Go</em>##}</p>', values)

        assert filled == (
            '<p title="&lt;b onclick=&quot;x&quot;&gt;&amp;">&lt;i&gt; '
            '<a href="https://x/?a=1&amp;b=&quot;"><em>Go</em></a></p>'
        )

    def test_escapes_quotes_of_a_link_inside_an_attribute(self):
        assert placeholders.fill_html("<a href='{link}'>", Values("", "", "https://x/'onclick=")) == (
            "<a href='https://x/&#x27;onclick='>"
        )


class TestHtmlOfText:
    def test_makes_paragraphs_and_sets_the_code_apart(self):
        markup = placeholders.html_of_text("Hello & <welcome>\r\n\r\nCode: {####}\nbye\n\n\n{##Go##}", VALUES)

        assert markup.startswith("<p>Hello &amp; &lt;welcome&gt;</p><p>Code: <strong style=")
        assert ">123456</strong><br>bye</p>" in markup
        assert markup.endswith('<p><a href="https://id.example.com/x?a=1&amp;b=2">Go</a></p>')


class TestIsMarkup:
    @pytest.mark.parametrize("text", ["<p>x", "a<br/>b", "x&nbsp;y", "&#39;", "<!-- x -->"])
    def test_sees_tags_and_entities(self, text):
        assert placeholders.is_markup(text)

    @pytest.mark.parametrize("text", ["a < b & c", "I <3 you", "{####} {##Go##}", ""])
    def test_takes_the_rest_for_plain_text(self, text):
        assert not placeholders.is_markup(text)


class TestTextOfHtml:
    def test_says_what_the_html_says(self):
        markup = """<!DOCTYPE html><html><head><title>T</title><style>p { color: red }</style></head><body>
            <h1>Hello&nbsp;Jane</h1><p>Your   code is <b>123456</b>.<br>Bye &amp; thanks</p>
            <ul><li>one</li><li>two</li></ul><script>alert(1)</script>
            <p><a href="https://x/?a=1&amp;b=2">Confirm</a> or <a href="https://y">https://y</a></p></body></html>"""

        assert placeholders.text_of_html(markup) == (
            "Hello Jane\n\nYour code is 123456.\nBye & thanks\n\n- one\n\n- two\n\n"
            "Confirm: https://x/?a=1&b=2 or https://y\n"
        )

    def test_survives_broken_html(self):
        assert placeholders.text_of_html("<p>a<b>b</p></a></style>c<") == "ab\n\nc<\n"
