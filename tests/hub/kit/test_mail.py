"""The hub's mail: complete in three languages, and no stranger's text breaks out of its place."""

import json
from email import message_from_bytes
from email.policy import default
from typing import cast

import pytest

from hub.kit import mail, mail_words
from hub.kit.language import LANGUAGES
from hub.kit.mail import MailServer, NotTaken, letter, mail_server, send
from hub.kit.mail_words import FOLDER, catalogue, templates, wanted
from hub.kit.outbox import Claimed
from tests.conftest import settings_for
from tests.hub.kit.mail_catcher import Catcher

SETTINGS = Catcher(port=1).settings(settings_for("sqlite://", "https://hub.example"))
SERVER = cast(MailServer, mail_server(SETTINGS))
INVENTED = {
    "mail.footer": "Sent by {hub}",
    "mail.greeting.subject": "{company} greets you",
    "mail.greeting.body": "{company} greets you.\n\nGoodbye.",
    "mail.greeting.action": "Answer",
}


@pytest.fixture
def greeting(monkeypatch):
    """A mail of this test alone, with two params."""
    for module in (mail, mail_words):
        monkeypatch.setattr(module, "catalogue", lambda language: INVENTED)

    def made(company="Aurora", link="https://hub.example/join/x") -> Claimed:
        params = {"company": company, "link": link}
        return Claimed("id-1", "li@b.example", "en", "greeting", params, 1)

    return made


class TestWords:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_are_complete_sorted_and_want_the_same(self, language):
        words, english = catalogue(language), catalogue("en")
        raw = (FOLDER / f"{language}.json").read_text("utf-8")
        printed = json.dumps(words, ensure_ascii=False, indent=2, sort_keys=True)
        assert raw == printed + "\n"
        assert words.keys() == english.keys()
        for key, text in words.items():
            found = mail_words._PLACEHOLDER.findall
            assert sorted(set(found(text))) == sorted(set(found(english[key]))), key
            assert text.strip()
            assert language == "en" or text != english[key], key

    def test_every_mail_has_subject_and_body(self):
        for key in catalogue("en"):
            _, template, *place = key.split(".")
            assert template == "footer" or template in templates(), key
            assert place in ([], ["subject"], ["body"], ["action"])
        for template in templates():
            assert wanted(template) is not None
            assert "\n" not in catalogue("en")[f"mail.{template}.subject"]


class TestStrangersTexts:
    def test_stand_in_one_line_of_the_header(self, greeting):
        hostile = "Aurora\r\nBcc: everybody@x.example\n\nYou have won\u2028\x00"
        sent = bytes(letter(greeting(hostile), SERVER))
        parsed = message_from_bytes(sent, policy=default)
        assert parsed["Bcc"] is None
        assert parsed["Subject"] == "Aurora Bcc: everybody@x.example You have won greets you"
        assert set(parsed.keys()) == {
            *("From", "To", "Subject", "Message-ID", "Date", "Auto-Submitted"),
            *("Content-Language", "Content-Type", "MIME-Version"),
        }

    def test_begin_no_paragraph_and_no_element(self, greeting):
        hostile = '</p><script src="https://x.example">\n\n{link}{hub}'
        made = letter(greeting(hostile), SERVER)
        plain, rich = made.get_body(("plain",)), made.get_body(("html",))
        assert plain is not None
        assert rich is not None
        assert "<script" not in rich.get_content()
        assert "&lt;script" in rich.get_content()
        # What looks like a placeholder is text, and what begins a paragraph is one line.
        assert '</p><script src="https://x.example"> {link}{hub} greets you.' in plain.get_content()

    @pytest.mark.parametrize("company", ["奥罗拉汽车", "Björn & Söhne GmbH", "A" * 300, "“”"])
    def test_arrive_as_they_were_written(self, greeting, company):
        parsed = message_from_bytes(bytes(letter(greeting(company), SERVER)), policy=default)
        assert parsed["Subject"] == f"{company} greets you"
        body = parsed.get_body(("html",))
        assert body is not None
        assert company.replace("&", "&amp;") in body.get_content()

    def test_lead_to_the_hub_itself_where_the_link_is_a_path(self, greeting):
        mail = letter(greeting(link="/requests/x"), SERVER)
        for part in mail.iter_parts():
            assert f"{SERVER.hub}/requests/x" in part.get_content()

    @pytest.mark.parametrize(
        "link", ["javascript:alert(1)", "data:text/html,x", "//join.example", ""]
    )
    def test_link_to_pages_only(self, greeting, link):
        with pytest.raises(NotTaken) as refused:
            send(SERVER, greeting(link=link))
        assert refused.value.for_good
