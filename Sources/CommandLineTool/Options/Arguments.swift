import ArgumentParser
import Heterogeneity
import HighMMT
import Multimodal
import Studies
import Training

extension Arithmetic: ExpressibleByArgument {}
extension HeterogeneityKind: ExpressibleByArgument {}
extension Linkage: ExpressibleByArgument {}
extension SharingArm: ExpressibleByArgument {}
extension Split: ExpressibleByArgument {}
extension TrainingStage: ExpressibleByArgument {}
extension TransferEstimator: ExpressibleByArgument {}
