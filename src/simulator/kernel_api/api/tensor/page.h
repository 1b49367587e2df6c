// Pages of a tensor one after another: what `accessor.pages()` and `accessor.shard_pages()` run over.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tensor_accessor {

/// One page: its number in the tensor and how to reach it.
template <typename Accessor>
class AccessorPage {
 public:
  AccessorPage(const Accessor* accessor, uint32_t page_id, uint8_t noc)
      : accessor_(accessor), page_id_(page_id), noc_(noc) {}
  uint32_t page_id() const { return page_id_; }
  const Accessor& accessor() const { return *accessor_; }
  uint64_t noc_addr(TT_SITE) const { return accessor_->get_noc_addr(page_id_, 0, noc_, site); }

 protected:
  const Accessor* accessor_;
  uint32_t page_id_;
  uint8_t noc_;
};

template <typename Accessor>
class ShardPage : public AccessorPage<Accessor> {
 public:
  ShardPage(const Accessor* accessor, uint32_t shard_id, uint32_t page_in_shard, uint8_t noc)
      : AccessorPage<Accessor>(accessor, accessor->page_of_shard(shard_id, page_in_shard), noc),
        shard_id_(shard_id),
        page_in_shard_(page_in_shard) {}
  uint32_t shard_id() const { return shard_id_; }
  uint32_t page_in_shard() const { return page_in_shard_; }

 private:
  uint32_t shard_id_;
  uint32_t page_in_shard_;
};

/// Iterates over numbers and makes a page of each; a step may be larger than 1.
template <typename Maker>
class PageIterator {
 public:
  using value_type = decltype(Maker{}(0u));
  using difference_type = std::ptrdiff_t;

  struct Arrow {
    value_type page;
    const value_type* operator->() const { return &page; }
  };

  PageIterator(const Maker& maker, uint32_t index, uint32_t end, uint32_t stride)
      : maker_(maker), index_(index < end ? index : end), end_(end), stride_(stride) {
    Settle();
  }
  value_type operator*() const { return maker_(index_); }
  Arrow operator->() const { return {maker_(index_)}; }
  PageIterator& operator+=(difference_type steps) {
    const uint64_t to = index_ + static_cast<uint64_t>(steps) * stride_;
    index_ = to < end_ ? static_cast<uint32_t>(to) : end_;
    Settle();
    return *this;
  }
  PageIterator& operator++() { return *this += 1; }
  PageIterator operator++(int) {
    PageIterator before = *this;
    ++*this;
    return before;
  }
  PageIterator operator+(difference_type steps) const {
    PageIterator result = *this;
    return result += steps;
  }
  value_type operator[](difference_type n) const { return *(*this + n); }
  bool operator==(const PageIterator& other) const { return index_ == other.index_; }
  bool operator<(const PageIterator& other) const { return index_ < other.index_; }

 private:
  void Settle() {
    while (index_ < end_ && !maker_.Exists(index_)) ++index_;
  }
  Maker maker_;
  uint32_t index_, end_, stride_;
};

template <typename Accessor>
struct MakePage {
  const Accessor* accessor;
  uint8_t noc;
  AccessorPage<Accessor> operator()(uint32_t page) const { return {accessor, page, noc}; }
  bool Exists(uint32_t) const { return true; }
};

template <typename Accessor>
struct MakeShardPage {
  const Accessor* accessor;
  uint32_t shard_id;
  uint8_t noc;
  ShardPage<Accessor> operator()(uint32_t page) const { return {accessor, shard_id, page, noc}; }
  /// Shards at the tensor's edge have places without a page.
  bool Exists(uint32_t page) const { return accessor->shard_has_page(shard_id, page); }
};

template <typename Maker>
class PageRange {
 public:
  PageRange(const Maker& maker, uint32_t start, uint32_t end, uint32_t stride = 1)
      : begin_(maker, start, end, stride), end_(maker, end, end, stride) {}
  auto begin() const { return begin_; }
  auto end() const { return end_; }

 private:
  PageIterator<Maker> begin_, end_;
};

}  // namespace tensor_accessor
