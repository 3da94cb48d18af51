import ArgumentParser
import Heterogeneity
import HighMMT
import Multimodal
import Studies
import Training

extension Arithmetic: ExpressibleByArgument {}
extension HeterogeneityKind: ExpressibleByArgument {}
extension Linkage: ExpressibleByArgument {}
extension ScalingStudy.Axis: ExpressibleByArgument {}
extension SharingArm: ExpressibleByArgument {}
extension Split: ExpressibleByArgument {}
extension TrainingStage: ExpressibleByArgument {}
extension TransferEstimator: ExpressibleByArgument {}
