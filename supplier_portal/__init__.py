"""The web pages: server-rendered, in three languages, complete without JavaScript.

The portal owns no table and calls use cases only. `mount.install` puts it on an application.
"""
