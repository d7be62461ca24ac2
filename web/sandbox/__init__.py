"""`firstparty sandbox`: a vault to throw away, with an invented person in it who answers vendors, for whoever builds one.

`making` fills a vault: the sample person's files, rules that decide by themselves, terms, a profile, an open intention. `running`
serves it on this machine alone, with a clock that can be put ahead; `steering` are the two routes by which the command does
that and starts over. Nothing of it is in an ordinary server: there both routes answer that they are not there.
"""
