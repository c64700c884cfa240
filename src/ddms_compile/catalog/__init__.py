"""Facts of the outside world, dated, as data: what exists, what is supported until when, what something is called.

Each table is a file beside its module and says where and when it was read. Tables are read when somebody asks.
"""
