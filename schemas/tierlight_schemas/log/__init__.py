"""A transparency log as anybody checks it, without a hub: RFC 9162 tree, C2SP notes and proofs.

- `tree`: hashes of leaves and nodes, inclusion and consistency
- `entries`: what a leaf of our log commits to
- `notes`, `checkpoints`: signed notes, tree heads, cosignatures of witnesses
- `policy`: which logs and which witnesses a reader believes
- `proofs`: an entry's place, provable offline
- `witness`: whether a new checkpoint may be cosigned
- `evidence`: a declaration with all that the log holds of it and of its key

A log proves order and that nothing was altered, never that what is declared is true.
"""
