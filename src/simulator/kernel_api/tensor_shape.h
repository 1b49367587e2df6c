#pragma once

#include <cstdint>

namespace ckernel {

constexpr uint8_t MAX_FACE_R_DIM = 16;
constexpr uint8_t MAX_FACE_C_DIM = 16;
constexpr uint8_t MAX_NUM_FACES = 4;

/// Faces of a tile. The simulator has 32x32 tiles of four 16x16 faces only.
struct TensorShape {
  uint8_t face_r_dim = MAX_FACE_R_DIM;
  uint8_t face_c_dim = MAX_FACE_C_DIM;
  uint8_t num_faces_r_dim = 2;
  uint8_t num_faces_c_dim = 2;
  constexpr uint32_t total_row_dim() const { return face_r_dim * num_faces_r_dim; }
  constexpr uint32_t total_col_dim() const { return face_c_dim * num_faces_c_dim; }
  constexpr uint32_t total_num_faces() const { return num_faces_r_dim * num_faces_c_dim; }
};
constexpr TensorShape DEFAULT_TENSOR_SHAPE = {};
constexpr TensorShape tensor_shape_from_num_faces(uint32_t face_r_dim = MAX_FACE_R_DIM,
                                                  uint32_t num_faces = MAX_NUM_FACES) {
  return {static_cast<uint8_t>(face_r_dim), MAX_FACE_C_DIM,
          static_cast<uint8_t>(num_faces > 2 ? 2 : 1), static_cast<uint8_t>(num_faces > 1 ? 2 : 1)};
}

}  // namespace ckernel
