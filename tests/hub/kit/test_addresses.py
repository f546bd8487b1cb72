"""Where the hub never calls to, in every spelling that a resolver understands."""

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.kit.addresses import CLOSED, Place, UnfitUrl, all_open, is_public, place_of

FIT = {
    "https://login.example": Place("https", "login.example", 443, "/"),
    "https://login.example:443/a?b=c": Place("https", "login.example", 443, "/a?b=c"),
    "https://LOGIN.example:8443/": Place("https", "login.example", 8443, "/"),
    "https://xn--bcher-kva.example/x": Place("https", "xn--bcher-kva.example", 443, "/x"),
    "https://a-1.b2.example:65535": Place("https", "a-1.b2.example", 65535, "/"),
}
UNFIT = (
    *("", "login.example", "//login.example", "http://login.example", "ftp://login.example"),
    *("file:///etc/passwd", "gopher://login.example", "HTTPS:/login.example", "https://"),
    *("https://127.0.0.1", "https://127.1", "https://2130706433", "https://0x7f000001"),
    *("https://0177.0.0.1", "https://0x7f.0.0.1", "https://127.0.0.1.", "https://127.0.0.0x1"),
    *(
        "https://１２７.０.０.１",
        "https://①②⑦.0.0.1",
        "https://127。0。0。1",
        "https://ｌogin.example",
    ),
    *("https://[::1]", "https://[::ffff:127.0.0.1]", "https://[fe80::1%25eth0]", "https://[::1"),
    *("https://[64:ff9b::7f00:1]/", "https://8.8.8.8", "https://1.1", "https://login.example."),
    *("https://localhost", "https://hub", "https://login", "https://login..example"),
    *("https://-a.example", "https://a-.example", "https://a_b.example", "https://a.b-"),
    *("https://user@login.example", "https://user:pw@login.example", "https://@login.example"),
    *("https://login.example@127.0.0.1", "https://login.example\\@evil.example"),
    *("https://login.example:80", "https://login.example:22", "https://login.example:1023"),
    *("https://login.example:0", "https://login.example:65536", "https://login.example:x"),
    *("https://login.example:", "https://login.example:-1", "https://login.example:４４３"),
    *("https://login.example/#part", "https://login.example/a b", "https://login.example/\n"),
    *("https://login.example\t/", "https://login.example/\x00", " https://login.example"),
    *("https://" + "a" * 64 + ".example", "https://" + "a." * 130 + "example"),
    *("https://login.example/" + "x" * 2_000, "https://login.123", "https://a.0x1"),
    *("https://%31%32%37.0.0.1", "https://login%2eexample", "https://lo‮gin.example"),
)


@pytest.mark.parametrize("url", FIT)
def test_a_name_over_https_is_fit(url):
    assert place_of(url) == FIT[url]


@pytest.mark.parametrize("url", UNFIT, ids=ascii)
def test_everything_else_is_not(url):
    with pytest.raises(UnfitUrl):
        place_of(url)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000/a", "http://localhost:8000"])
def test_this_machine_is_fit_only_where_a_test_asks_for_it(url):
    assert place_of(url, loopback=True).port == 8000
    with pytest.raises(UnfitUrl):
        place_of(url)


@pytest.mark.parametrize(
    "url",
    ["http://login.example:8000", "http://127.0.0.2:8000", "http://127.0.0.1:22", "https://[::1]"],
)
def test_a_test_reaches_nothing_else(url):
    with pytest.raises(UnfitUrl):
        place_of(url, loopback=True)


@given(st.text(max_size=40))
def test_whatever_stands_there_is_a_name_or_refused(text):
    try:
        place = place_of(f"https://{text}")
    except UnfitUrl:
        return
    with pytest.raises(ValueError, match="does not appear"):
        ip_address(place.host)


def test_a_place_says_nothing_of_its_path():
    assert str(place_of("https://a.example/x?secret=1")) == "https://a.example:443"


PUBLIC = ("1.1.1.1", "8.8.8.8", "93.184.215.14", "172.32.0.1", "192.0.1.1", "198.20.0.1",
          "2606:4700::1111", "2a00:1450:4001::1", "2400:3200::1")  # fmt: skip
NOT_PUBLIC = (
    *("0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200"),
    *("127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1", "172.31.255.255"),
    *("192.0.0.1", "192.0.0.8", "192.0.0.9", "192.0.0.170", "192.0.2.1", "192.88.99.1"),
    *("192.168.0.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1"),
    *("224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "168.63.129.16"),
    *("::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1"),
    *("64:ff9b::808:808", "64:ff9b:1::1", "100::1", "2001::1", "2001:0:7f00:1::", "2001:10::1"),
    *("2001:20::1", "2001:db8::1", "2002:7f00:1::", "2002:a00:1::", "3fff::1", "5f00::1"),
    *("fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1", "4000::1"),
)
LET_THROUGH_BY_IS_PRIVATE = ("100.64.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "224.0.0.1")
LET_THROUGH_BY_IS_GLOBAL = ("224.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::")


@pytest.mark.parametrize("text", PUBLIC)
def test_an_ordinary_address_is_public(text):
    assert is_public(ip_address(text))
    assert all_open([text]) == [ip_address(text)]


@pytest.mark.parametrize("text", NOT_PUBLIC)
def test_an_address_of_a_special_kind_is_not(text):
    assert not is_public(ip_address(text))
    assert all_open([text]) == []
    assert all_open(["8.8.8.8", text]) == []  # one bad address spoils the name


def test_the_standard_library_alone_would_let_some_through():
    """Why there is a list: when this fails, it may have become shorter."""
    assert not any(ip_address(text).is_private for text in LET_THROUGH_BY_IS_PRIVATE)
    assert all(ip_address(text).is_global for text in LET_THROUGH_BY_IS_GLOBAL)


@pytest.mark.parametrize("network", CLOSED, ids=str)
def test_a_closed_network_is_closed_from_end_to_end(network):
    assert not is_public(network[0])
    assert not is_public(network[-1])


@given(st.ip_addresses())
def test_nothing_is_public_that_the_registry_calls_otherwise(address):
    assert not is_public(address) or (
        address.is_global and not address.is_multicast and not address.is_reserved
    )


@pytest.mark.parametrize(("texts", "loopback"), [(["fe80::1%eth0"], True), (["10.0.0.1"], True)])
def test_a_test_opens_loopback_and_nothing_more(texts, loopback):
    assert all_open(texts, loopback) == []
    assert all_open(["127.0.0.1", "::1"], loopback) == [ip_address("127.0.0.1"), ip_address("::1")]
