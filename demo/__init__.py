"""The demo: real bills of materials, cut into invented companies that declare, sign and submit."""
