#include <outweigh/roadmap/certificate-inl.hpp>
