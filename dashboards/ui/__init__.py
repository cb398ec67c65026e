"""The frame and the pieces of every page, and what runs in the browser.

Belongs here: shell, filters, components, callbacks, compression, assets. Does not belong here: what any one page says.
"""
