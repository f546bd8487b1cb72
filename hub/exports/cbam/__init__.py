"""CBAM from what a company has on record here: a site, its meters, and the parts it makes.

    known       what the hub knows of a site's year, as members of a report; the rest is left open
    filling     a report with what it leaves open and the hub knows
    comparing   a report against the site's own record: place, parts, meters
    usecases    all of it put together
    writing     the communication as a file
    api         the same over HTTP

Nothing is stored: the report is the company's own file. No declaration and no footprint is read:
embedded emissions have another boundary, and are never derived from one.
"""
