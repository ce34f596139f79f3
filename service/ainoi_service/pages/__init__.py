"""The pages for people: server-rendered, usable without JavaScript, in Vietnamese and English.

``router.install`` adds them to an application.
"""
