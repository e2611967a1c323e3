#include <outweigh/roadmap/certificate-inl.hpp>
#include <outweigh/roadmap/certificate.hpp>
