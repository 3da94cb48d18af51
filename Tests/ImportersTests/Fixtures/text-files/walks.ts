# A comment
@problemName Walks
@timeStamps false
@missing true
@univariate false
@dimensions 2
@equalLength false
@classLabel true slow fast
@data
1,2.5,?:4,5,6:fast
-1e2:7:slow
