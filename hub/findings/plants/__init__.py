"""The site rules over tables of plants and products that were never in the hub, as an analyst reads
a published survey. Everything but `files` is pure."""
