#include <outweigh/economics/purchase_history-inl.hpp>
