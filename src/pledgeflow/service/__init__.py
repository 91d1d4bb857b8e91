"""The shell around the pure core: loads, decides, appends, reacts; the one way in for a host.

engine      Engine: what a host calls
casework    one pledge as it stands, and a command made of the step that somebody takes in it
duties      what is owed, and by whom
calendars   which days are working days
cycles      which policy a cycle runs by
passing     time: which pledges wake, and when they wake next
reactions   what happens in one pledge because of another
"""

from pledgeflow.service.casework import Done
from pledgeflow.service.duties import Due
from pledgeflow.service.engine import Engine

__all__ = ["Done", "Due", "Engine"]
