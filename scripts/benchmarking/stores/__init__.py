"""A store of made-up quotes as large as a big newsroom's, and what looking something up in it costs."""
