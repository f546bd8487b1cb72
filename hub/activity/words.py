"""The closed words of activity data, and the names under which people write them in tables.

The first name of each language heads templates; what stands in a document is the English word.
"""

from collections.abc import Mapping
from enum import StrEnum


class Carrier(StrEnum):
    """What is used; steam and heat are no fuels, and each stands on its own."""

    ELECTRICITY = "electricity"
    NATURAL_GAS = "natural-gas"
    STEAM = "steam"
    HEAT = "heat"
    DIESEL = "diesel"
    GASOLINE = "gasoline"
    LPG = "lpg"
    FUEL_OIL = "fuel-oil"
    KEROSENE = "kerosene"
    COAL = "coal"
    COKE = "coke"
    BIOMASS = "biomass"
    HYDROGEN = "hydrogen"
    PROCESS = "process-emissions"
    """Gases that the process itself lets out, in kg of CO2e."""


class Flow(StrEnum):
    """Which way an amount goes. A site uses what it buys and makes, less what it sells on."""

    BOUGHT = "bought"
    SELF_USED = "self-used"
    """Generated on the site and used there."""
    EXPORTED = "exported"
    """Generated on the site and given to the grid; it takes nothing from what was bought."""
    SOLD_ON = "sold-on"
    """Bought, and passed to another company."""
    STORAGE_LOSS = "storage-loss"
    """Lost in batteries or tanks; it is within what was used and is named apart."""


class Source(StrEnum):
    """Who knows an amount. An estimate never takes the place of a reading."""

    METER = "meter"
    """A meter, a bill, a count."""
    ESTIMATE = "estimate"
    """A person's judgement."""


class InstrumentKind(StrEnum):
    """What a claim about bought electricity rests on."""

    DIRECT_CONTRACT = "direct-contract"
    CERTIFICATE = "certificate"


class Scheme(StrEnum):
    """Who issues a certificate; serial numbers are unique within one."""

    GEC = "GEC"
    I_REC = "I-REC"
    GO = "GO"
    REC = "REC"


class Technology(StrEnum):
    """What generated the electricity of an instrument."""

    SOLAR = "solar"
    WIND = "wind"
    HYDRO = "hydro"
    NUCLEAR = "nuclear"
    BIOMASS = "biomass"
    OTHER = "other"


class Method(StrEnum):
    """By what a product's share of the site's energy is measured."""

    SUB_METER = "sub-meter"
    MACHINE_HOURS = "machine-hours"
    MASS = "mass"
    PIECES = "pieces"
    REVENUE = "revenue"
    """Refused by most customers; accepted with a warning."""


class Use(StrEnum):
    """For what a site uses energy besides making its own products."""

    OFFICE = "office"
    CANTEEN = "canteen"
    DEVELOPMENT = "development"
    """Laboratories, prototypes, trials."""
    TOLL_WORK = "toll-work"
    """Work on what belongs to another company and is no product of this one."""
    STOCK_CHANGE = "stock-change"
    """Bought and not used yet; negative: used, and bought before."""


NAMES: Mapping[type[StrEnum], Mapping[str, str]] = {
    Carrier: {
        "electricity": "电, 电力, 用电, Strom, Elektrizität, power",
        "natural-gas": "天然气, 燃气, Erdgas, Gas, natural gas",
        "steam": "蒸汽, 水蒸气, Dampf",
        "heat": "热力, 热, 供热, Wärme, Fernwärme, district heat",
        "diesel": "柴油, Diesel",
        "gasoline": "汽油, Benzin, petrol",
        "lpg": "液化石油气, 液化气, Flüssiggas",
        "fuel-oil": "燃料油, 重油, Heizöl, fuel oil",
        "kerosene": "煤油, Kerosin",
        "coal": "煤, 原煤, 煤炭, Kohle, raw coal",
        "coke": "焦炭, Koks",
        "biomass": "生物质, Biomasse",
        "hydrogen": "氢, 氢气, Wasserstoff",
        "process-emissions": "过程排放, 工艺排放, Prozessemissionen, process emissions",
    },
    Flow: {
        "bought": "外购, 购入, 用量, bezogen, Bezug, Zukauf, purchased",
        "self-used": "自发自用, 自用, selbst verbraucht, Eigenverbrauch, self used",
        "exported": "上网, 上网电量, 外送, eingespeist, Einspeisung",
        "sold-on": "转供, 转售, weitergegeben, Weitergabe, sold on",
        "storage-loss": "储能损耗, 储存损耗, Speicherverlust, Speicherverluste, storage losses",
    },
    Source: {
        "meter": "计量, 抄表, 表计, 账单, Zähler, Rechnung, bill, metered",
        "estimate": "估算, 估计, Schätzung, geschätzt, estimated",
    },
    InstrumentKind: {
        "direct-contract": "直购合同, 绿电直购, 绿电合同, Direktvertrag, PPA",
        "certificate": "证书, 绿色证书, Zertifikat, Nachweis",
    },
    Scheme: {
        "GEC": "绿证, 中国绿证",
        "I-REC": "国际绿证, IREC, I-REC(E)",
        "GO": "Herkunftsnachweis, HKN, 欧盟来源担保, guarantee of origin",
        "REC": "美国绿证, renewable energy certificate",
    },
    Technology: {
        "solar": "光伏, 太阳能, Photovoltaik, Sonne, pv",
        "wind": "风电, 风能, Windkraft",
        "hydro": "水电, 水能, Wasserkraft",
        "nuclear": "核电, Kernkraft",
        "biomass": "生物质, Biomasse",
        "other": "其他, andere",
    },
    Method: {
        "sub-meter": "分表, 独立计量, Unterzähler, sub meter, submeter",
        "machine-hours": "机时, 机器工时, Maschinenstunden, machine hours",
        "mass": "质量, 重量, Masse, Gewicht, weight",
        "pieces": "件数, 数量, Stückzahl, Stück",
        "revenue": "产值, 销售额, 收入, Umsatz",
    },
    Use: {
        "office": "办公, 办公室, Büro, Verwaltung, offices",
        "canteen": "食堂, 餐厅, Kantine",
        "development": "研发, 试验, Entwicklung, Labor, R&D",
        "toll-work": "来料加工, 代工, 受托加工, Lohnfertigung, Lohnarbeit, toll work, tolling",
        "stock-change": "库存变化, 库存变动, Bestandsänderung, Bestandsveränderung, stock change",
    },
}
"""Further names of each word, beside the word itself; read in any case."""

HEADERS: Mapping[str, Mapping[str, str]] = {
    "site": {"zh-CN": "场所", "de": "Standort"},
    "month": {"zh-CN": "月份", "de": "Monat"},
    "year": {"zh-CN": "年份", "de": "Jahr"},
    "carrier": {"zh-CN": "能源种类", "de": "Energieträger"},
    "flow": {"zh-CN": "流向", "de": "Fluss"},
    "meter": {"zh-CN": "电表", "de": "Zähler"},
    "sub_meter": {"zh-CN": "分表", "de": "Unterzähler"},
    "amount": {"zh-CN": "数量", "de": "Menge"},
    "unit": {"zh-CN": "单位", "de": "Einheit"},
    "source": {"zh-CN": "来源", "de": "Quelle"},
    "reason": {"zh-CN": "更正原因", "de": "Grund"},
    "part": {"zh-CN": "零件号", "de": "Teilenummer"},
    "reference": {"zh-CN": "编号", "de": "Kennung"},
    "kind": {"zh-CN": "类型", "de": "Art"},
    "scheme": {"zh-CN": "证书体系", "de": "System"},
    "serial_first": {"zh-CN": "首个证书号", "de": "Erste Nummer"},
    "serial_last": {"zh-CN": "末个证书号", "de": "Letzte Nummer"},
    "holds": {"zh-CN": "证书电量", "de": "Umfang"},
    "technology": {"zh-CN": "发电技术", "de": "Erzeugung"},
    "kg_per_kwh": {"zh-CN": "每千瓦时千克", "de": "kg je kWh"},
    "vintage": {"zh-CN": "发电年份", "de": "Erzeugungsjahr"},
    "retired_on": {"zh-CN": "核销日期", "de": "Entwertet am"},
    "beneficiary": {"zh-CN": "受益人", "de": "Begünstigter"},
    "method": {"zh-CN": "分摊方法", "de": "Schlüssel"},
    "quantity": {"zh-CN": "本产品量", "de": "Anteil Produkt"},
    "total": {"zh-CN": "全厂总量", "de": "Gesamtmenge"},
    "code": {"zh-CN": "共用代码", "de": "Gemeinschaftscode"},
    "share": {"zh-CN": "份额", "de": "Anteil"},
    "rejects": {"zh-CN": "不良品", "de": "Ausschuss"},
    "period": {"zh-CN": "期间", "de": "Zeitraum"},
    "use": {"zh-CN": "用途", "de": "Verwendung"},
}
"""What heads the columns of a table besides their own names, by language."""
