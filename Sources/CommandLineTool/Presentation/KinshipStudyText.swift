import Foundation
import Studies

/// The families of tasks and the ways of sharing among them, as text.
struct KinshipStudyText {
    private let result: KinshipStudy.Result

    init(_ result: KinshipStudy.Result) { self.result = result }

    var text: String {
        let families = String(
            format:
                "%d families of %d; mean d within %.3f, across %.3f; adjusted Rand index of groups and families %.2f",
            result.families, result.members, result.within, result.across, result.agreement)
        return families + "\n" + SharingStudyText(result.sharing).text
    }
}
