"""The owner's pages as a browser meets them: `python -m benchmarks.pages`.

served       a server on a vault of the sandbox, and one on a vault with 2,000 vendors, each with a browser that is logged in
many         the vault with 2,000 vendors
lighthouse   what Lighthouse says of each page, as of a phone; installed when it is needed
looks        weight of a first visit, and how much pages move while they load
clicks       from a click or a key to the frame that shows what it led to
waiting      from a request to the first byte of its page, with 2,000 vendors
"""
