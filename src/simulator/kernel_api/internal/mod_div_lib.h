#pragma once

inline unsigned int mulsi3(unsigned int a, unsigned int b) { return a * b; }

template <unsigned int d>
inline unsigned int udivsi3_const_divisor(unsigned int n) {
  return n / d;
}
template <unsigned int d>
inline unsigned int umodsi3_const_divisor(unsigned int n) {
  return n % d;
}
