"""The day on which everything is drawn and compiled: versions are supported until a day."""

import datetime

TODAY = datetime.date(2026, 11, 23)
