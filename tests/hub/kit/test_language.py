import pytest

from hub.kit.language import best_language


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("de", "de"),
        ("de-AT", "de"),
        ("DE-de;q=0.9", "de"),
        ("zh-Hans-CN, en;q=0.5", "zh-CN"),
        ("zh", "zh-CN"),
        ("fr, it", "en"),
        ("fr, de;q=0.3, en;q=0.2", "de"),
        ("en;q=0.2, de;q=0.3", "de"),
        ("de;q=0, zh;q=0.001", "zh-CN"),
        ("de;q=0", "en"),
        ("de;q=x, zh;q=1.0000, en", "en"),
        ("*", "en"),
        (";;;,,,q=1", "en"),
        ("x" * 100_000 + ",de", "en"),
        ("de;q=²", "en"),
    ],
)
def test_the_reader_gets_the_language_it_likes_best(header, language):
    assert best_language(header) == language


def test_the_default_is_the_operators():
    assert best_language("fr", "de") == "de"
    assert best_language("fr", "zh-TW") == "zh-CN"
    assert best_language("fr", "fr") == "en"
