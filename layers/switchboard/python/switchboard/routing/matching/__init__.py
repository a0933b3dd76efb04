"""Who gets which interaction: pure decisions over what is known now. No storage, no clock, the same answer for the same input.

stages    which step of its routing method an interaction has reached by its age
needs     what it asks of an agent in that step
traits    who is in a queue's ring or a group, who has a skill at which level, as bitmaps
rooms     who has room for one more
pool      agents as bitmaps, the least busy and longest idle first
decide    one interaction and a pool of agents; many interactions in the order of their turn
line      many interactions and one agent who has become free (imported by who needs it: the assignment does not)
"""

from switchboard.routing.matching.decide import Assignment as Assignment
from switchboard.routing.matching.decide import Decision as Decision
from switchboard.routing.matching.decide import decide as decide
from switchboard.routing.matching.decide import match as match
from switchboard.routing.matching.pool import Pool as Pool
from switchboard.routing.matching.stages import next_change as next_change
