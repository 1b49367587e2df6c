#include "sfpu.h"

#include <stdexcept>

namespace tt_simulator {

void SfpuUnary(SfpuUnaryOp, const SfpuConfig&, DestTile&) {
  throw std::invalid_argument("SFPU operation is not implemented");
}

void SfpuBinary(SfpuBinaryOp, const SfpuConfig&, const DestTile&, const DestTile&, DestTile&) {
  throw std::invalid_argument("SFPU operation is not implemented");
}

void SfpuTernary(SfpuTernaryOp, const SfpuConfig&, const DestTile&, const DestTile&,
                 const DestTile&, DestTile&) {
  throw std::invalid_argument("SFPU operation is not implemented");
}

void SfpuTypecast(DataFormat, DataFormat, const SfpuConfig&, DestTile&) {
  throw std::invalid_argument("SFPU typecast is not implemented");
}

void SfpuCumsum(bool, const SfpuConfig&, std::array<float, kTileDim>&, DestTile&) {
  throw std::invalid_argument("SFPU operation is not implemented");
}

}  // namespace tt_simulator
