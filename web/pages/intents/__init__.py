"""What the owner wants to buy: written down question by question, shown to vendors, their offers compared, one taken.

page        the list; one with its offers; what can be done with it
drafting    the questions, and the check of the answers
answers     from a form to an intention
words       an intention, what vendors see of it, and offers side by side, in words
taking      an offer is taken: what is granted by it is shown before
"""
