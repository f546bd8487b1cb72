"""CBAM (Regulation (EU) 2023/956): what one tonne of steel or aluminium goods has embedded.

An operator's report of one installation and period is turned into specific embedded emissions and
into the fields that the Commission's communication template asks for. It has a boundary of its own
and is never derived from a product carbon footprint.
"""
