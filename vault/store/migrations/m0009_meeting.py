"""How vendors come to the person: invitations, and the owner's word on who may write."""

SQL = ""
