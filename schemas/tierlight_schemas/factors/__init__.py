"""Emission factors as dated, sourced data: what ships, how one is found by meaning, and which one
a pair of emissions and energy implies. Everything here is pure."""
