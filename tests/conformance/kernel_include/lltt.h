// The replay buffer of the vendor's compiler, by its declarations only.
#pragma once
#include <cstdint>
namespace lltt {
enum ExecBool : bool { NoExec, Exec };
template <ExecBool = NoExec>
inline void record(std::uint32_t, std::uint32_t) {}
inline void replay(std::uint32_t, std::uint32_t) {}
inline constexpr std::uint32_t replay_insn(std::uint32_t, std::uint32_t) { return 0; }
}  // namespace lltt
