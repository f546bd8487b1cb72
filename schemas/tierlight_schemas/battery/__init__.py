"""The carbon footprint of a battery as Regulation (EU) 2023/1542 asks for it, from a roll-up.

Read in this order:

    components    what a part of a battery is, and how deep it lies
    rulesets      which life-cycle stage each belongs to, and what else a method decides
    model         what the manufacturer says of the battery itself
    service_life  the functional unit: kWh over the service life
    reading       what a roll-up is read with, and where a part stands in it
    sayings       what a value says beside its total: its split, its electricity
    entries       a solved roll-up, taken apart by what is made
    electricity   its electricity as the ruleset wants it counted
    staging       its entries, each in its stage
    circular      the circular footprint formula on the battery's materials
    distribution  the way to the client
    specific      which parts must rest on company-specific data
    printing      numbers as they stand in a file
    declare       all of it put together: a `BatteryFootprint`, and every gap by its clause

Nothing here knows a database. What is not known is a `Gap`, never a zero.
"""
