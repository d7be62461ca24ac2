"""The terms that the owner offers, in plain words; what vendors answered; and each agreement with its history.

page        what is offered, with its exceptions, who answered what, and the versions
choosing    another agreement, other limits, for all or for some
one         one agreement: what happened, verified, taken along, answered, ended
"""
