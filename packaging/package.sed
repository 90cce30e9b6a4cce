# agent.conf of a package, from which add-peer works at once: make install POOL='…'. It has ppptun, which
# alone holds a peer to what policy lets it reach.
s|^# Every line but the last is a default:.*|# Every line but Account, Ppp, Pool and the last is a default.|
s|^Ppp  *auto|# This came with the package: ppptun is there, and holds each peer to what it may reach.\nPpp       ppptun|
s|^#Pool .*|# These came with the package. Where they are in use already, choose others before the first peer.\nPool      @POOL@|
