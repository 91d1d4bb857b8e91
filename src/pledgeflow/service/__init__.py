"""The shell around the pure core: loads, decides, appends, reacts; the one way in for a host.

engine      Engine: what a host calls to act
looking     what it can be asked: streams, lists, shares, what is owed, what may be done
casework    one pledge as it stands, and a command made of the step that somebody takes in it
duties      what is owed, and by whom
calendars   which days are working days
awards      selections, level by level
erasing     what is a person's, to be erased
filings     policies that are filed, and which is in force when
cycles      which policy a cycle runs by
office      what ballots need of the engine
passing     time: which pledges wake, and when they wake next
reactions   what happens in one pledge because of another
changing    from a command to all that is written of it, in one transaction
batching    many steps in one transaction
repeating   whether a command is one that was given before
migrating   which streams go over to other rules, and as what
judged      what the decision log keeps
remembering streams and directories as they were when they were last read
"""

from pledgeflow.service.awards import Selection
from pledgeflow.service.batching import Order
from pledgeflow.service.casework import Done
from pledgeflow.service.duties import Due
from pledgeflow.service.engine import Engine
from pledgeflow.service.erasing import Erasure
from pledgeflow.service.filings import Filing

__all__ = ["Done", "Due", "Engine", "Erasure", "Filing", "Order", "Selection"]
