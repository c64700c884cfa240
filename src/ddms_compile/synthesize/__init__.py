"""From environments to files. The emitters are in `emitters`; importing this imports none of them."""
