"""Country texts as trade papers hold them."""

from __future__ import annotations

import pytest

from headwater.flow.columns import data
from headwater.flow.countries import countries, country, is_stated


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("CN", "CN"),
        ("cn", "CN"),
        ("CHN", "CN"),
        ("China", "CN"),
        ("United States and 2 more", "US"),
        ("P.R. China", "CN"),
        ("China (Mainland)", "CN"),
        ("中国", "CN"),
        ("ＣＨＩＮＡ", "CN"),
        ("中华人民共和国", "CN"),
        ("Shanghai, China", "CN"),
        ("CN-Jiangsu", "CN"),
        ("CN-32", "CN"),
        ("江苏", "CN"),
        ("江苏省", "CN"),
        ("江苏苏州", "CN"),
        ("Wuhan, Hubei", "CN"),
        ("Inner Mongolia", "CN"),
        ("上海市", "CN"),
        ("中国江苏省苏州市", "CN"),
        ("USA", "US"),
        ("U.S.A.", "US"),
        ("United States of America", "US"),
        ("美国", "US"),
        ("EE. UU.", "US"),
        ("United States (US)", "US"),
        ("Atlanta, Georgia, USA", "US"),
        ("US-TX", "US"),
        ("California", "US"),
        ("HK", "HK"),
        ("Hong Kong", "HK"),
        ("香港", "HK"),
        ("中国香港", "HK"),
        ("Hong Kong, China", "HK"),
        ("Kowloon, Hong Kong, China", "HK"),
        ("CN-HK", "HK"),
        ("中国香港九龙", "HK"),
        ("Macau", "MO"),
        ("澳门", "MO"),
        ("台湾", "TW"),
        ("中国台湾", "TW"),
        ("Taiwan, China", "TW"),
        ("Mexico", "MX"),
        ("México", "MX"),
        ("墨西哥", "MX"),
        ("Guadalajara, Jalisco", "MX"),
        ("South Korea", "KR"),
        ("Korea, Republic of", "KR"),
        ("DPRK", "KP"),
        ("UK", "GB"),
        ("Great Britain", "GB"),
        ("Holland", "NL"),
        ("The Netherlands", "NL"),
        ("Czech Republic", "CZ"),
        ("Turkey", "TR"),
        ("Türkiye", "TR"),
        ("Côte d'Ivoire", "CI"),
        ("Cote d’Ivoire", "CI"),
        ("Georgia", "GE"),
        ("NO", "NO"),
        ("NA", "NA"),
        ("Alemania", "DE"),
        ("越南", "VN"),
        ("印度尼西亚", "ID"),
        ("印度", "IN"),
        ("EU", "EU"),
        ("Northern Ireland", "GB-NIR"),
        ("CA", "CA"),
        ("Niger", "NE"),
        ("Nigeria", "NG"),
        ("几内亚比绍", "GW"),
        ("几内亚", "GN"),
    ],
)
def test_names_and_codes(text: str, code: str) -> None:
    assert country(text) == code


@pytest.mark.parametrize(
    "text",
    ["", "XX", "Korea", "Los Angeles, CA", "Mumbai, IN", "soon", "12", "工业级", "?", "Narnia, Middle"],
)
def test_what_names_no_country(text: str) -> None:
    assert country(text) is None


def test_every_code_and_name_of_the_data_reads_as_itself() -> None:
    seen: dict[str, str] = {}
    for code, entry in data("places/countries.yaml")["countries"].items():
        names = [code, *filter(None, [entry.get("alpha3")])]
        names += [name for kind in ("en", "zh", "es", "also") for name in entry.get(kind, ())]
        for name in names:
            assert country(name) == code, name
            assert seen.setdefault(name, code) == code, name
    assert len(set(seen.values())) == 249 + 2


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("SG;AE", ("SG", "AE")),
        ("SG/HK", ("SG", "HK")),
        ("Singapore via Dubai", ("SG", "AE")),
        ("HK, SG", ("HK", "SG")),
        ("Hong Kong, China", ("HK",)),
        ("Shanghai, China; Singapore", ("CN", "SG")),
        ("SG -> MY → TH", ("SG", "MY", "TH")),
        ("香港、新加坡", ("HK", "SG")),
        ("SG;SG", ("SG",)),
        ("", ()),
        ("n/a", ()),
        ("Singapore; Narnia", None),
        ("Korea, Republic of / JP", ("KR", "JP")),
    ],
)
def test_transit_holds_several(text: str, codes: tuple[str, ...] | None) -> None:
    assert countries(text) == codes


def test_what_leaves_the_country_open_is_not_stated() -> None:
    for text in ("", "  ", "Worldwide", "N/A", "未知", "-", "Desconocido"):
        assert not is_stated(text)
    assert is_stated("NA")
