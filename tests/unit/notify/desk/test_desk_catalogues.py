import re

from services.notify.desk.wording.catalogues import messages, untranslated, updated, written
from services.notify.desk.wording.language import CATALOGUE, read_catalogue

PLACE = re.compile(r"%\((\w+)\)s")
NARROW = "[\u00a0\u202f]"


def test_every_message_is_translated_and_confirmed():
    assert [message.id for message in untranslated(read_catalogue())] == []


def test_the_committed_catalogue_is_in_step_with_the_code():
    assert CATALOGUE.read_bytes() == written(updated()), (
        "run python -m services.notify.desk.wording.catalogues and translate what is new"
    )


def test_a_translation_keeps_every_place_of_its_message():
    for message in read_catalogue():
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        wanted = set(PLACE.findall(ids[-1]))
        for string in strings:
            assert set(PLACE.findall(string)) <= wanted, string
        assert set(PLACE.findall(strings[-1])) == wanted or "%(n)s" in ids[-1], ids


def test_french_puts_a_space_that_does_not_break_before_double_punctuation():
    for message in filter(lambda message: message.id, read_catalogue()):
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        for string in strings:
            assert not re.search(r" [;:?!»]|« ", string), string
            assert not re.search(rf"(?<!{NARROW})[;?!»]", string), string
            assert "'" not in string, string


def test_a_translation_that_is_taken_away_is_noticed():
    catalogue = read_catalogue()
    catalogue["Net jobs"].string = ""
    catalogue["Emitted"].flags.add("fuzzy")
    assert {message.id for message in untranslated(catalogue)} == {"Net jobs", "Emitted"}


def test_messages_are_found_in_code_and_templates():
    found = {message.id for message in messages()}
    assert {"Net jobs", "Why", "wins"} <= found
    assert ("%(n)s day ago", "%(n)s days ago") in found
