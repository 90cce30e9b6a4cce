# Of the two ways to find keys that sallyport.conf has, the other one: make install KEYS=command.
/^	# Out of the account/d
/^	AuthorizedKeysFile \//d
/^	AuthorizedKeysCommand none/d
s/^	# In place of these two: each key/	# Each key is/
s/^	#\(AuthorizedKeys\)/	\1/
