"""IDTA 02035, the Digital Battery Passport as an Asset Administration Shell: JSON and AASX.

elements          the few kinds of elements that a shell is made of
templates         parts 2 and 3: their members, semantic ids, cardinalities and values
carbon_footprint  part 3, filled
documents         part 2, filled: the study and the declaration of conformity
left_out          parts 1, 4 and 6: what they demand and the hub does not know
identity          the ids of one model from one plant
environment       the shell with its submodels
as_json, as_xml   one document, two notations
package           the AASX package around the XML
judge             the template check, which reads a finished file anew (`reading`)
"""
