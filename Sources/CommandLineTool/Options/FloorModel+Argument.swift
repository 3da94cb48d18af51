import ArgumentParser
import Studies

extension FloorModel: ExpressibleByArgument {}
