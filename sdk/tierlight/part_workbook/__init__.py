"""The sheet of one part as a workbook: one row an entry, in the clerk's language.

Needs `tierlight-sdk[xlsx]`; without it the rest of the SDK works, and `library` says what to do.
"""
