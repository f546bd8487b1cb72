"""CBAM (Regulation (EU) 2023/956): what one tonne of steel or aluminium goods has embedded.

An operator's report of one installation and period is turned into specific embedded emissions and
into the fields that the Commission's communication template asks for. It has a boundary of its own
and is never derived from a product carbon footprint.

Read in this order:

    goods          categories: CN codes, routes, precursors
    model          what an operator reports: the input
    reading        a report from JSON; template writes one to fill in
    attributing    one process: what it emits, and what heat, gas and power it gives away
    solving        processes that take each other's goods, exactly
    embedded       specific embedded emissions of every process
    checking       what a report lacks, or what in it cannot be, as gaps by field
    figures        numbers as they are printed
    product_rows   a row a product, with the template's columns
    communication  all of it put together, or refused
    notices        what every file says of itself; sheet and writing are the files
"""
