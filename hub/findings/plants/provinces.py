"""Chinese provinces by the names that tables write."""

PROVINCES = {
    "北京": "CN-BJ",
    "天津": "CN-TJ",
    "河北": "CN-HE",
    "山西": "CN-SX",
    "内蒙古": "CN-NM",
    "辽宁": "CN-LN",
    "吉林": "CN-JL",
    "黑龙江": "CN-HL",
    "上海": "CN-SH",
    "江苏": "CN-JS",
    "浙江": "CN-ZJ",
    "安徽": "CN-AH",
    "福建": "CN-FJ",
    "江西": "CN-JX",
    "山东": "CN-SD",
    "河南": "CN-HA",
    "湖北": "CN-HB",
    "湖南": "CN-HN",
    "广东": "CN-GD",
    "广西": "CN-GX",
    "海南": "CN-HI",
    "重庆": "CN-CQ",
    "四川": "CN-SC",
    "贵州": "CN-GZ",
    "云南": "CN-YN",
    "西藏": "CN-XZ",
    "陕西": "CN-SN",
    "甘肃": "CN-GS",
    "青海": "CN-QH",
    "宁夏": "CN-NX",
    "新疆": "CN-XJ",
}
_SEVERAL = ("/", "、", "，", ",")


def province(text: str) -> str | None:
    """The code of the one province that a text begins with; None where there is none, or several.

    `全国` is the country.
    """
    name = text.strip()
    if name.startswith("全国"):
        return "CN"
    if any(mark in name for mark in _SEVERAL):
        return None
    return next((code for known, code in PROVINCES.items() if name.startswith(known)), None)
